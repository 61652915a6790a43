/** As long as a pipeline may be: what it costs the compiler is measured in pipeline-cost.test.ts. */
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import {
  Grow,
  PageRef,
  ProcessImage,
  Remind,
  RemoveImage,
  RemovePage,
  ScrapePage,
  StorePage,
} from './pipeline-handlers.js';

export const thirtySteps = pipeline('thirty-steps', { input: PageRef })
  .step('page1', ScrapePage)
  .each(
    'images1',
    ProcessImage,
    ({ page1 }) => page1.images.map(({ src }) => ({ src, format: 'webp', widths: [320, 640] })),
    { after: ['page1'], onItemFailure: 'skip', undo: RemoveImage },
  )
  .step(
    'stored1',
    StorePage,
    ({ page1, images1 }) => ({ page: page1, images: images1.filter((image) => image !== undefined) }),
    { undo: RemovePage },
  )
  .step(
    'tree1',
    Grow,
    ({ page1, stored1 }) => ({
      name: page1.title,
      children: [],
      data: { id: stored1.id, at: [stored1.storedAt] },
    }),
    { after: ['stored1'], onFailure: 'skip' },
  )
  .step(
    'reminded1',
    Remind,
    ({ page1, stored1, tree1 }) => ({ from: new Date(stored1.storedAt), owner: `${page1.title} ${tree1?.name}` }),
    { after: ['tree1'], when: ({ page1 }) => page1.title !== '', priority: 9, attempts: 10 },
  )
  .step('page2', ScrapePage, ({ input, page1 }) => ({ url: page1.images[0]?.src ?? input.url }), {
    after: ['stored1'],
    queue: 'web',
    timeout: '5m',
  })
  .each(
    'images2',
    ProcessImage,
    ({ page2 }) => page2.images.map(({ src }) => ({ src, format: 'webp', widths: [320, 640] })),
    { after: ['page2'], onItemFailure: 'skip', undo: RemoveImage },
  )
  .step(
    'stored2',
    StorePage,
    ({ page2, images2 }) => ({ page: page2, images: images2.filter((image) => image !== undefined) }),
    { undo: RemovePage },
  )
  .step(
    'tree2',
    Grow,
    ({ page2, stored2 }) => ({
      name: page2.title,
      children: [],
      data: { id: stored2.id, at: [stored2.storedAt] },
    }),
    { after: ['stored2'], onFailure: 'skip' },
  )
  .step(
    'reminded2',
    Remind,
    ({ page1, stored2, tree2 }) => ({ from: new Date(stored2.storedAt), owner: `${page1.title} ${tree2?.name}` }),
    { after: ['tree2'], when: ({ page2 }) => page2.title !== '', priority: 9, attempts: 10 },
  )
  .step('page3', ScrapePage, ({ input, page2 }) => ({ url: page2.images[0]?.src ?? input.url }), {
    after: ['stored2'],
    queue: 'web',
    timeout: '5m',
  })
  .each(
    'images3',
    ProcessImage,
    ({ page3 }) => page3.images.map(({ src }) => ({ src, format: 'webp', widths: [320, 640] })),
    { after: ['page3'], onItemFailure: 'skip', undo: RemoveImage },
  )
  .step(
    'stored3',
    StorePage,
    ({ page3, images3 }) => ({ page: page3, images: images3.filter((image) => image !== undefined) }),
    { undo: RemovePage },
  )
  .step(
    'tree3',
    Grow,
    ({ page3, stored3 }) => ({
      name: page3.title,
      children: [],
      data: { id: stored3.id, at: [stored3.storedAt] },
    }),
    { after: ['stored3'], onFailure: 'skip' },
  )
  .step(
    'reminded3',
    Remind,
    ({ page1, stored3, tree3 }) => ({ from: new Date(stored3.storedAt), owner: `${page1.title} ${tree3?.name}` }),
    { after: ['tree3'], when: ({ page3 }) => page3.title !== '', priority: 9, attempts: 10 },
  )
  .step('page4', ScrapePage, ({ input, page3 }) => ({ url: page3.images[0]?.src ?? input.url }), {
    after: ['stored3'],
    queue: 'web',
    timeout: '5m',
  })
  .each(
    'images4',
    ProcessImage,
    ({ page4 }) => page4.images.map(({ src }) => ({ src, format: 'webp', widths: [320, 640] })),
    { after: ['page4'], onItemFailure: 'skip', undo: RemoveImage },
  )
  .step(
    'stored4',
    StorePage,
    ({ page4, images4 }) => ({ page: page4, images: images4.filter((image) => image !== undefined) }),
    { undo: RemovePage },
  )
  .step(
    'tree4',
    Grow,
    ({ page4, stored4 }) => ({
      name: page4.title,
      children: [],
      data: { id: stored4.id, at: [stored4.storedAt] },
    }),
    { after: ['stored4'], onFailure: 'skip' },
  )
  .step(
    'reminded4',
    Remind,
    ({ page1, stored4, tree4 }) => ({ from: new Date(stored4.storedAt), owner: `${page1.title} ${tree4?.name}` }),
    { after: ['tree4'], when: ({ page4 }) => page4.title !== '', priority: 9, attempts: 10 },
  )
  .step('page5', ScrapePage, ({ input, page4 }) => ({ url: page4.images[0]?.src ?? input.url }), {
    after: ['stored4'],
    queue: 'web',
    timeout: '5m',
  })
  .each(
    'images5',
    ProcessImage,
    ({ page5 }) => page5.images.map(({ src }) => ({ src, format: 'webp', widths: [320, 640] })),
    { after: ['page5'], onItemFailure: 'skip', undo: RemoveImage },
  )
  .step(
    'stored5',
    StorePage,
    ({ page5, images5 }) => ({ page: page5, images: images5.filter((image) => image !== undefined) }),
    { undo: RemovePage },
  )
  .step(
    'tree5',
    Grow,
    ({ page5, stored5 }) => ({
      name: page5.title,
      children: [],
      data: { id: stored5.id, at: [stored5.storedAt] },
    }),
    { after: ['stored5'], onFailure: 'skip' },
  )
  .step(
    'reminded5',
    Remind,
    ({ page1, stored5, tree5 }) => ({ from: new Date(stored5.storedAt), owner: `${page1.title} ${tree5?.name}` }),
    { after: ['tree5'], when: ({ page5 }) => page5.title !== '', priority: 9, attempts: 10 },
  )
  .step('page6', ScrapePage, ({ input, page5 }) => ({ url: page5.images[0]?.src ?? input.url }), {
    after: ['stored5'],
    queue: 'web',
    timeout: '5m',
  })
  .each(
    'images6',
    ProcessImage,
    ({ page6 }) => page6.images.map(({ src }) => ({ src, format: 'webp', widths: [320, 640] })),
    { after: ['page6'], onItemFailure: 'skip', undo: RemoveImage },
  )
  .step(
    'stored6',
    StorePage,
    ({ page6, images6 }) => ({ page: page6, images: images6.filter((image) => image !== undefined) }),
    { undo: RemovePage },
  )
  .step(
    'tree6',
    Grow,
    ({ page6, stored6 }) => ({
      name: page6.title,
      children: [],
      data: { id: stored6.id, at: [stored6.storedAt] },
    }),
    { after: ['stored6'], onFailure: 'skip' },
  )
  .step(
    'reminded6',
    Remind,
    ({ page1, stored6, tree6 }) => ({ from: new Date(stored6.storedAt), owner: `${page1.title} ${tree6?.name}` }),
    { after: ['tree6'], when: ({ page6 }) => page6.title !== '', priority: 9, attempts: 10 },
  )
  .build();
