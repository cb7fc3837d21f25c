export { NotFoundPage as PluginsPage } from '../not-found/NotFoundPage';
