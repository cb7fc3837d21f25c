export { NotFoundPage as TaskPage } from '../not-found/NotFoundPage';
