export { NotFoundPage as CreatePage } from '../not-found/NotFoundPage';
