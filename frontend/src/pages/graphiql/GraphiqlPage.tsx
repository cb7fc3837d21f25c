export { NotFoundPage as GraphiqlPage } from '../not-found/NotFoundPage';
