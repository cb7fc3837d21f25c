export { NotFoundPage as HomePage } from '../not-found/NotFoundPage';
