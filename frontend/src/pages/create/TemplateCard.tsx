// A template as a card: what one gets and from whom; one that cannot be run says why.
import { FavouriteStar } from '../../components/FavouriteStar';
import { EntityLink, PageButton, PageLink } from '../../components/links';
import { Tags } from '../../components/Tags';
import type { TemplateCardFragment } from '../../gql/operations';
import classes from './CreatePage.module.css';
import { words } from './strings';

interface Props {
  template: TemplateCardFragment;
  /** Why it cannot be run; none where it can. */
  reasons: string[];
}

export function TemplateCard({ template, reasons }: Props) {
  const params = { namespace: template.namespace, name: template.name };
  const broken = reasons.length > 0;
  return (
    <li className={classes.card} data-broken={broken || undefined}>
      <div className={classes.head}>
        <span className={classes.type}>{template.type ?? words.template}</span>
        <FavouriteStar size="sm" refText={template.ref} name={template.displayName} favourite={template.isFavourite} />
      </div>
      <PageLink to="/create/$namespace/$name" params={params} className={classes.title ?? ''}>
        {template.displayName}
      </PageLink>
      <p className={classes.description}>{template.description ?? words.noDescription}</p>
      {broken && (
        <div className={classes.broken}>
          <strong>{words.broken}</strong> {reasons[0]}
          {reasons.length > 1 && ` ${words.andMore(reasons.length - 1)}`}
        </div>
      )}
      <Tags tags={template.tags} max={4} />
      <div className={classes.foot}>
        <span className={classes.owner}>
          {template.owner ? <EntityLink refText={template.owner.ref} label={template.owner.displayName} /> : template.ownerRef}
        </span>
        {!broken && (
          <PageButton to="/create/$namespace/$name" params={params} size="xs" tabIndex={-1} aria-hidden>
            {words.choose}
          </PageButton>
        )}
      </div>
    </li>
  );
}
