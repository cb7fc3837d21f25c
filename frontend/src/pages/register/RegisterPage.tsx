export { NotFoundPage as RegisterPage } from '../not-found/NotFoundPage';
