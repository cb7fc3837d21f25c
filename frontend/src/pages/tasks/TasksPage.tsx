export { NotFoundPage as TasksPage } from '../not-found/NotFoundPage';
