export { NotFoundPage as TokensPage } from '../not-found/NotFoundPage';
