// Rows with a depth as branches inside branches.
export interface Row {
  depth: number;
  label: string;
  detail: string | null;
  url: string | null;
}

export interface Branch extends Row {
  children: Branch[];
}

export function branchesOf(rows: Row[]): Branch[] {
  const roots: Branch[] = [];
  const open: Branch[] = [];
  for (const row of rows) {
    const branch = { ...row, children: [] };
    open.length = Math.min(open.length, row.depth);
    (open.at(-1)?.children ?? roots).push(branch);
    open.push(branch);
  }
  return roots;
}

/** Whether the page with this address is the branch or inside of it. */
export function holds(branch: Branch, url: string): boolean {
  return branch.url === url || branch.children.some((child) => holds(child, url));
}
