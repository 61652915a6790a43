import type { Socket } from 'node:net';

/** Calls `listener` with each whole line. (readline would throw the socket's errors a second time, at nobody.) */
export function onLine(socket: Socket, listener: (line: string) => void): void {
  let rest = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) listener(line);
  });
}
