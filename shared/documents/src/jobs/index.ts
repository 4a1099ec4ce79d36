export * from './job.types';
export { type JobHandler, JobWorker, type JobWorkerOptions, type RunningJob } from './job-worker';
export { cancelJob, findJob, listJobs, orderJob } from './jobs';
export { JobsMigration1000000000040 } from './jobs-migration';
