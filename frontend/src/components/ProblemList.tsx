// Problems of the catalog: the reason first, then file and line, then the entity.
import { CircleAlert, TriangleAlert } from 'lucide-react';
import { strings } from '../strings';
import { EntityLink } from './links';
import { Said } from './Said';
import classes from './ProblemList.module.css';

export interface CatalogProblem {
  level: string;
  code: string;
  message: string;
  path: string | null;
  line: number | null;
  ref?: string | null;
}

export function ProblemList({ problems }: { problems: CatalogProblem[] }) {
  return (
    <ul className={classes.list}>
      {problems.map((problem, index) => {
        const grave = problem.level.toLowerCase() === 'error';
        const Icon = grave ? CircleAlert : TriangleAlert;
        return (
          <li key={index} className={classes.item} data-grave={grave}>
            <Icon size={17} aria-label={problem.level} />
            <div className={classes.words}>
              <div>
                <Said text={problem.message} />
              </div>
              <div className={classes.where}>
                {problem.path && (
                  <code>
                    {problem.path}
                    {problem.line !== null && `:${problem.line}`}
                  </code>
                )}
                {problem.ref && <EntityLink refText={problem.ref} />}
                <span title={strings.errors.code}>{problem.code}</span>
              </div>
            </div>
          </li>
        );
      })}
    </ul>
  );
}
