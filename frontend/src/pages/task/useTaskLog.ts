// The log of a task: what is there already, then what arrives; by events, or by asking when they do not come.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { request } from '../../api/client';
import { isObject } from '../../api/operation';
import { Task, TaskLog, type TaskLogQuery } from '../../gql/operations';
import { uuidOf } from '../../ids';

export type LogLine = NonNullable<TaskLogQuery['task']>['log'][number];

const POLL = 2000;
// eslint-disable-next-line no-control-regex -- terminals' colours begin with this character
const COLOURS = /\u001b\[[0-9;]*m/g;
const PAGE = 1000;
const TOGETHER = 200;
/** Lines that arrive within so many milliseconds are drawn at once. */
const DRAW = 40;

/**
 * `live` while the task runs; `finishedAt` is when it last ended: a task that runs again may have ended again before
 * the page has seen it live. `streamsUrl` is the origin of the event streams, '' for our own.
 */
export function useTaskLog(
  id: string,
  live: boolean | undefined,
  finishedAt: string | null | undefined,
  streamsUrl: string | undefined,
): LogLine[] {
  const queries = useQueryClient();
  const [lines, setLines] = useState<LogLine[]>([]);
  const last = useRef(0);

  useEffect(() => {
    if (live === undefined || streamsUrl === undefined) return;
    const stop = new AbortController();
    let source: EventSource | null = null;
    let timer: ReturnType<typeof setInterval> | null = null;
    let soon: ReturnType<typeof setTimeout> | null = null;

    let waiting: LogLine[] = [];
    let drawing: ReturnType<typeof setTimeout> | null = null;

    const draw = () => {
      drawing = null;
      const news = waiting;
      waiting = [];
      setLines((before) => [...before, ...news]);
    };
    const add = (fresh: LogLine[]) => {
      for (const line of fresh) {
        if (line.id <= last.current) continue;
        last.current = line.id;
        waiting.push({ ...line, message: line.message.replace(COLOURS, '') });
      }
      if (waiting.length > 0) drawing ??= setTimeout(draw, DRAW);
    };
    const readRest = async () => {
      for (;;) {
        const { data } = await request(TaskLog, { id, after: last.current }, stop.signal);
        const page = data.task?.log ?? [];
        add(page);
        if (page.length < PAGE) return;
      }
    };
    const look = () => void readRest().catch(() => undefined); // the next look tries again
    const renewNow = () => void queries.invalidateQueries({ queryKey: [Task.name] });
    /** Steps come in bursts: the task is read again once for all that arrive together. */
    const renew = () => {
      soon ??= setTimeout(() => {
        soon = null;
        renewNow();
      }, TOGETHER);
    };
    const poll = () => {
      timer ??= setInterval(() => {
        look();
        renew();
      }, POLL);
    };
    const listen = () => {
      if (stop.signal.aborted) return;
      source = new EventSource(`${streamsUrl}/events/tasks/${uuidOf(id)}`, { withCredentials: true });
      source.addEventListener('log', (event: MessageEvent<string>) => {
        const line = parseLine(event);
        if (line) add([line]);
        else look();
      });
      source.addEventListener('step', renew);
      source.addEventListener('end', () => {
        source?.close();
        look();
        renewNow();
      });
      source.addEventListener('error', () => {
        if (source?.readyState === EventSource.CLOSED) poll(); // refused; a lost connection comes back by itself
      });
    };

    if (live) void readRest().then(listen, poll);
    else look();
    return () => {
      stop.abort();
      source?.close();
      if (drawing) clearTimeout(drawing);
      if (waiting.length > 0) draw();
      if (timer) clearInterval(timer);
      if (soon) clearTimeout(soon);
    };
  }, [id, live, finishedAt, streamsUrl, queries]);

  return lines;
}

function parseLine(event: MessageEvent<string>): LogLine | null {
  try {
    const data: unknown = JSON.parse(event.data);
    if (!isObject(data) || typeof data.message !== 'string') return null;
    const lineId = typeof data.id === 'number' ? data.id : Number(event.lastEventId);
    if (!Number.isFinite(lineId) || lineId <= 0) return null;
    return {
      id: lineId,
      stepId: typeof data.stepId === 'string' ? data.stepId : null,
      at: typeof data.at === 'string' ? data.at : new Date().toISOString(),
      level: typeof data.level === 'string' ? data.level : 'info',
      message: data.message,
    };
  } catch {
    return null;
  }
}
