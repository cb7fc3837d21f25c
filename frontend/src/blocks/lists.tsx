// What happened, what is inside what, and lines of a log.
import { OutsideLink } from '../components/OutsideLink';
import { TimeText } from '../components/TimeText';
import classes from './blocks.module.css';
import type { BlockProps } from './types';

function Dot({ level }: { level: string }) {
  return <span className={classes.dot} data-level={level} role="img" aria-label={level} />;
}

export function Timeline({ block }: BlockProps<'TimelineBlock'>) {
  return (
    <ol className={classes.timeline}>
      {block.moments.map((moment, index) => (
        <li key={index} className={classes.status}>
          <Dot level={moment.level} />
          <span>
            {moment.url ? <OutsideLink url={moment.url} title={moment.title} safe /> : moment.title}{' '}
            <span className={classes.hint}>
              <TimeText at={moment.at} relative />
            </span>
            {moment.detail && <div className={classes.hint}>{moment.detail}</div>}
          </span>
        </li>
      ))}
    </ol>
  );
}

export function Tree({ block }: BlockProps<'TreeBlock'>) {
  return (
    <ul className={classes.tree}>
      {block.nodes.map((node, index) => (
        <li key={index} style={{ paddingInlineStart: node.depth * 20 }} className={classes.status} aria-level={node.depth + 1}>
          {node.level && <Dot level={node.level} />}
          <span>
            {node.url ? <OutsideLink url={node.url} title={node.label} safe /> : node.label}
            {node.detail && <span className={classes.hint}> {node.detail}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}

export function Log({ block }: BlockProps<'LogBlock'>) {
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption}>{block.title}</figcaption>
      <div className={classes.log} tabIndex={0}>
        {block.lines.map((line, index) => (
          <div key={index} data-level={line.level}>
            {line.at && (
              <span className={classes.logTime}>
                <TimeText at={line.at} />{' '}
              </span>
            )}
            {line.text}
          </div>
        ))}
      </div>
    </figure>
  );
}
