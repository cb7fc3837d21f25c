export { NotFoundPage as EntityPage } from '../not-found/NotFoundPage';
