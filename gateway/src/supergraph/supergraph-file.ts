import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

export interface SupergraphFileOptions {
  path: string;
  /** Polled as well as watched: network and container file systems do not always tell. */
  pollMilliseconds: number;
  onChange: (sdl: string) => Promise<void>;
  onFailure: (error: unknown) => void;
}

/** Follows the file that holds the supergraph. A change is handed on once the text differs; changes never overlap. */
export class SupergraphFile {
  private text: string | undefined;
  private watcher: FSWatcher | undefined;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private lookAgain = false;

  constructor(private readonly options: SupergraphFileOptions) {}

  /** Reads the file for the first time and follows it from then on. Throws when it cannot be read. */
  async open(): Promise<string> {
    this.text = await readFile(this.options.path, 'utf8');
    this.timer = setInterval(() => this.look(), this.options.pollMilliseconds);
    this.timer.unref();
    this.watchFolder();
    return this.text;
  }

  /** Stops following; a change under way is finished first. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    this.watcher?.close();
    await this.looking;
  }

  /** The folder is watched, not the file: deployments replace files by renaming, which ends a watch on the file itself. */
  private watchFolder(): void {
    try {
      const name = basename(this.options.path);
      this.watcher = watch(dirname(this.options.path), { persistent: false }, (_event, changed) => {
        if (changed === null || changed === name) this.look();
      });
      this.watcher.on('error', this.options.onFailure);
    } catch (error) {
      this.options.onFailure(error);
    }
  }

  private look(): void {
    if (this.looking !== undefined) {
      this.lookAgain = true;
      return;
    }
    this.looking = this.readChange().finally(() => {
      this.looking = undefined;
      if (this.lookAgain) {
        this.lookAgain = false;
        this.look();
      }
    });
  }

  private async readChange(): Promise<void> {
    try {
      const text = await readFile(this.options.path, 'utf8');
      // An empty file is one that is just being written.
      if (text === this.text || text.trim() === '') return;
      this.text = text;
      await this.options.onChange(text);
    } catch (error) {
      this.options.onFailure(error);
    }
  }
}
