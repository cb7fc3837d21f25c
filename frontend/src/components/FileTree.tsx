// Files as a tree to choose from.
import { UnstyledButton } from '@mantine/core';
import { File } from 'lucide-react';
import type { ReactNode } from 'react';
import classes from './FileTree.module.css';

interface Props {
  paths: string[];
  chosen: string | undefined;
  choose: (path: string) => void;
  /** What stands at the end of a file's line. */
  beside?: (path: string) => ReactNode;
}

export function FileTree({ paths, chosen, choose, beside }: Props) {
  return (
    <ul className={classes.tree}>
      {treeOf(paths).map(({ path, name, depth, isFolder }) => (
        <li key={path} style={{ paddingLeft: depth * 14 }} className={isFolder ? classes.folder : undefined}>
          {isFolder ? (
            name
          ) : (
            <UnstyledButton className={classes.file} aria-current={path === chosen} onClick={() => choose(path)}>
              <File size={13} aria-hidden /> {name}
            </UnstyledButton>
          )}
          {!isFolder && beside?.(path)}
        </li>
      ))}
    </ul>
  );
}

interface Row {
  path: string;
  name: string;
  depth: number;
  isFolder: boolean;
}

/** Files in their order, each folder named once above what is in it. */
function treeOf(paths: string[]): Row[] {
  const rows = new Map<string, Row>();
  for (const path of paths) {
    const parts = path.split('/');
    parts.forEach((part, depth) => {
      const isFolder = depth < parts.length - 1;
      const own = parts.slice(0, depth + 1).join('/') + (isFolder ? '/' : '');
      if (!rows.has(own)) rows.set(own, { path: own, name: isFolder ? `${part}/` : part, depth, isFolder });
    });
  }
  return [...rows.values()];
}
