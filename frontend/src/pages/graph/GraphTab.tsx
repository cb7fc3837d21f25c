// The graph of the entity whose page is open.
import { useState } from 'react';
import { PageLink } from '../../components/links';
import { GraphView } from './GraphView';
import classes from './Graph.module.css';
import { words } from './strings';

export function GraphTab({ refText }: { refText: string }) {
  const [depth, setDepth] = useState(1);
  const [hidden, setHidden] = useState<string[]>([]);
  return (
    <GraphView
      key={refText}
      root={refText}
      depth={depth}
      hidden={hidden}
      onDepth={setDepth}
      onHidden={setHidden}
      aside={
        <PageLink to="/graph" search={{ root: refText, depth, ...(hidden.length > 0 ? { without: hidden } : {}) }} small className={classes.ownPage ?? ''}>
          {words.ownPage}
        </PageLink>
      }
    />
  );
}
