import { NotComposed, type Played, playStretch, type Stretch } from './play';

// What `play-in-processes.ts` starts: plays one stretch after the other, and tells where it is, so that
// whoever looks after it knows what it died of.

/** From the player, for each operation of a stretch: that Apollo's planner begins or ends, and the outcome. */
export type PlayerNews =
  | { planning: boolean }
  | { number: number; statistics: Played['statistics']; replay: string | undefined }
  | { ended: 'played' | 'not composed' };

const tell = (news: PlayerNews) => process.send?.(news);

async function play(stretch: Stretch): Promise<void> {
  try {
    const onPlanning = (planning: boolean) => void tell({ planning });
    for await (const { number, statistics, found } of playStretch(stretch, { onPlanning }))
      tell({ number, statistics, replay: found?.replay });
    tell({ ended: 'played' });
  } catch (error) {
    if (!(error instanceof NotComposed)) throw error;
    tell({ ended: 'not composed' });
  }
}

process.on('disconnect', () => process.exit(0));
process.on('message', (stretch: Stretch) => void play(stretch));
