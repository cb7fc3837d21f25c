// The overview: about, panels, relations; links and annotations at the side.
import type { ReactNode } from 'react';
import { isObject } from '../../api/operation';
import { pageOfEntity, useTogether } from '../../blocks/arriving';
import { ArrivingPanel } from '../../blocks/ArrivingPanel';
import { Card } from '../../components/Card';
import { CopyIcon } from '../../components/CopyText';
import { EntityLink } from '../../components/links';
import { Lifecycle } from '../../components/Lifecycle';
import { OutsideLink } from '../../components/OutsideLink';
import { Tags } from '../../components/Tags';
import { TimeText } from '../../components/TimeText';
import { strings } from '../../strings';
import classes from './EntityPage.module.css';
import { Provenance } from './Provenance';
import { Relations } from './Relations';
import type { PageEntity } from './tabs';

/** Relations that the card "About" shows by itself. */
const IN_ABOUT = ['ownedBy', 'partOf'];
/** The field that "part of" comes from. */
const PARENT_FIELDS: Record<string, string | undefined> = {
  component: '/spec/system', api: '/spec/system', resource: '/spec/system', system: '/spec/domain', domain: '/spec/subdomainOf',
};

export function Overview({ entity }: { entity: PageEntity }) {
  const places = entity.panelPlaces.filter(({ slot }) => slot !== 'TAB');
  const page = useTogether(pageOfEntity(entity.ref, entity.kind), places);
  const panelsOf = (aside: boolean) =>
    places.filter(({ slot }) => (slot === 'SIDEBAR') === aside).map((place) => <ArrivingPanel key={`${entity.ref} ${place.id}`} place={place} page={page} />);
  const side = [
    entity.links.length > 0 && <LinksCard key="links" entity={entity} />,
    ...panelsOf(true),
    <PairsCard key="labels" title={strings.entity.labels} pairs={entity.labels} />,
    <PairsCard key="annotations" title={strings.entity.annotations} pairs={entity.annotations} />,
  ];
  return (
    <div className={classes.columns}>
      <div className={classes.column}>
        <About entity={entity} />
        {panelsOf(false)}
        <Relations entity={entity} without={IN_ABOUT} />
      </div>
      <aside className={classes.column}>{side}</aside>
    </div>
  );
}

function About({ entity }: { entity: PageEntity }) {
  const profile = isObject(entity.profile) ? entity.profile : {};
  const email = typeof profile.email === 'string' ? profile.email : null;
  const parts = entity.relations.nodes.filter((relation) => relation.type === 'partOf');
  const says = (label: string, path: string | undefined) => (path ? <Provenance entity={entity} label={label} path={path} /> : label);
  return (
    <Card title={strings.entity.about}>
      <dl className={classes.about}>
        <Fact label={says(strings.entity.description, '/metadata/description')} width="wide">
          {entity.description ? (
            <div className={classes.description}>{entity.description}</div>
          ) : (
            <span className="dimmed">{strings.entity.noDescription}</span>
          )}
        </Fact>
        {entity.ownerRef && (
          <Fact label={says(strings.entity.owner, '/spec/owner')}>
            {entity.owner ? (
              <EntityLink refText={entity.owner.ref} label={entity.owner.displayName} />
            ) : (
              <span title={strings.entity.danglingHint(entity.ownerRef)}>{entity.ownerRef}</span>
            )}
          </Fact>
        )}
        {parts.length > 0 && (
          <Fact label={says(strings.entity.partOf, PARENT_FIELDS[entity.kind.toLowerCase()])}>
            {parts.map((part) => (
              <div key={part.targetRef}>
                <EntityLink refText={part.targetRef} label={part.entity?.displayName ?? null} />
              </div>
            ))}
          </Fact>
        )}
        {email && (
          <Fact label={says(strings.entity.email, '/spec/profile/email')}>
            <OutsideLink url={`mailto:${email}`} title={email} safe />
          </Fact>
        )}
        {entity.type && <Fact label={says(strings.entity.type, '/spec/type')}>{entity.type}</Fact>}
        {entity.lifecycle && (
          <Fact label={says(strings.entity.lifecycle, '/spec/lifecycle')}>
            <Lifecycle value={entity.lifecycle} />
          </Fact>
        )}
        {entity.tags.length > 0 && (
          <Fact label={says(strings.entity.tags, '/metadata/tags')} width="double">
            <Tags tags={entity.tags} links />
          </Fact>
        )}
        <Fact label={strings.entity.changed}>
          <TimeText at={entity.updatedAt} relative />
        </Fact>
        <Fact label={strings.entity.ref} width="wide">
          <span className={classes.ref}>
            {entity.ref}
            <CopyIcon text={entity.ref} />
          </span>
        </Fact>
        {entity.location && (
          <Fact label={strings.entity.declaredIn} width="wide">
            <span className={classes.source}>{sourceOf(entity)}</span>
          </Fact>
        )}
      </dl>
    </Card>
  );
}

export function sourceOf(entity: PageEntity): string {
  const { location, sourcePath, sourceLine } = entity;
  if (!location) return '';
  const target = location.target.startsWith(`${location.type}:`) ? location.target : `${location.type}:${location.target}`;
  const line = sourceLine === null ? '' : `:${sourceLine}`;
  if (!sourcePath) return target + line;
  return target.endsWith(sourcePath) ? target + line : `${target} › ${sourcePath}${line}`;
}

function Fact({ label, width, children }: { label: ReactNode; width?: 'wide' | 'double'; children: ReactNode }) {
  return (
    <div className={width && classes[width]}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function LinksCard({ entity }: { entity: PageEntity }) {
  return (
    <Card title={strings.entity.links}>
      <ul className={classes.links}>
        {entity.links.map((link) => (
          <li key={link.url}>
            <OutsideLink {...link} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** Made by the catalog while reading; the card "About" says the same in words. */
const MACHINE_MADE = new Set(['backstage.io/managed-by-location', 'backstage.io/managed-by-origin-location']);

function PairsCard({ title, pairs }: { title: string; pairs: unknown }) {
  const entries = Object.entries(isObject(pairs) ? pairs : {}).filter(([key]) => !MACHINE_MADE.has(key));
  if (entries.length === 0) return null;
  return (
    <Card title={title}>
      <dl className={classes.pairs}>
        {entries.map(([key, value]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
