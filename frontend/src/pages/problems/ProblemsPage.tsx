export { NotFoundPage as ProblemsPage } from '../not-found/NotFoundPage';
