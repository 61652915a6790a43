/** A video in several heights, by a program that tells how far it is, and that ends when the run is cancelled. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import 'reflect-metadata';
import { ArrayMinSize, IsArray, IsInt, IsPositive, IsString } from 'class-validator';
import { ContainerModule, inject } from 'inversify';
import type { DataSource } from 'typeorm';
import {
  createContainer,
  type Handler,
  type JobContext,
  JobHandler,
  Jobs,
  pipeline,
  type RunHandle,
  Timeout,
  Worker,
} from '../../src/index.js';

export class Video {
  @IsString() file!: string;
  @IsInt() @IsPositive() seconds!: number;
}

/** Runs ffmpeg. */
export class Ffmpeg {
  constructor(private readonly command = 'ffmpeg') {}

  /** Scales a video, and tells after how many seconds of it it is. When the signal aborts, the program is ended. */
  async *scale(file: string, height: number, target: string, signal: AbortSignal): AsyncGenerator<number> {
    const options = ['-y', '-i', file, '-vf', `scale=-2:${height}`, '-progress', 'pipe:1', target];
    const program = spawn(this.command, options, { signal, stdio: ['ignore', 'pipe', 'ignore'] });
    const closed = once(program, 'close');
    closed.catch(() => undefined); // awaited below, after the last line
    for await (const line of createInterface({ input: program.stdout })) {
      const [key, value] = line.split('=');
      if (key === 'out_time_us') yield Number(value) / 1e6;
    }
    await closed;
    if (program.exitCode !== 0) throw new Error(`ffmpeg ended with ${program.exitCode}`);
  }
}

export class Rendition extends Video {
  @IsInt() @IsPositive() height!: number;
}

@JobHandler({ name: 'render-video', payload: Rendition, queue: 'video' })
@Timeout('2h')
export class RenderVideo implements Handler<Rendition, string> {
  constructor(@inject(Ffmpeg) private readonly ffmpeg: Ffmpeg) {}

  async handle({ file, seconds, height }: Rendition, job: JobContext): Promise<string> {
    const target = `${file}.${height}p.mp4`;
    for await (const done of this.ffmpeg.scale(file, height, target, job.signal)) {
      await job.progress(done / seconds, `${height}p`); // as often as you like: what follows fast is merged
    }
    return target;
  }
}

export class Publication {
  @IsArray() @ArrayMinSize(1) @IsString({ each: true }) files!: string[];
}

@JobHandler({ name: 'publish-video', payload: Publication })
export class PublishVideo implements Handler<Publication, { published: number }> {
  handle({ files }: Publication): { published: number } {
    return { published: files.length };
  }
}

const HEIGHTS = [360, 720];

export const renderAndPublish = pipeline('render-and-publish', { input: Video })
  .each('renditions', RenderVideo, ({ input }) => HEIGHTS.map((height) => ({ ...input, height })))
  .step('published', PublishVideo, ({ renditions }) => ({ files: renditions }))
  .build();

/** How far each rendition of a run is, for a page that shows it. */
export async function renditionsOf(jobs: Jobs, run: RunHandle): Promise<string[]> {
  const { jobs: renditions } = await jobs.list({ run: run.id, name: RenderVideo });
  return renditions.map(({ state, progress }) => `${progress?.message ?? '–'} ${state} ${progress?.fraction ?? 0}`);
}

/** Renders a video with that program, one height at a time, and gives what `use` gives. */
export async function render<T>(
  dataSource: DataSource,
  command: string,
  video: Video,
  use: (run: RunHandle<{ published: number }>, jobs: Jobs) => Promise<T>,
): Promise<T> {
  const rendering = new ContainerModule(({ bind }) => {
    bind(Ffmpeg).toConstantValue(new Ffmpeg(command));
  });
  const container = await createContainer({
    dataSource,
    handlers: [RenderVideo, PublishVideo],
    pipelines: [renderAndPublish],
    modules: [rendering],
    worker: { queues: { video: 1, default: null } }, // one rendition at a time in this process; the rest as it comes
  });
  const worker = container.get(Worker);
  await worker.start();
  try {
    const jobs = container.get(Jobs);
    return await use(await jobs.start(renderAndPublish, video), jobs);
  } finally {
    await worker.stop();
  }
}
