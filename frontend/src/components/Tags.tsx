// Tags on one line; those that find no room are counted and named on hover.
import { PageLink } from './links';
import classes from './Tags.module.css';

interface Props {
  tags: string[];
  max?: number;
  links?: boolean;
}

export function Tags({ tags, max = Infinity, links = false }: Props) {
  if (tags.length === 0) return null;
  const shown = tags.slice(0, max);
  const rest = tags.slice(max);
  return (
    <span className={max === Infinity ? classes.wrapped : classes.line}>
      {shown.map((tag) =>
        links ? (
          <PageLink key={tag} to="/catalog" search={{ kind: 'all', tag: [tag] }} className={classes.tag ?? ''}>
            {tag}
          </PageLink>
        ) : (
          <span key={tag} className={classes.tag} title={tag}>
            {tag}
          </span>
        ),
      )}
      {rest.length > 0 && (
        <span className={classes.rest} title={rest.join(', ')}>
          +{rest.length}
        </span>
      )}
    </span>
  );
}
