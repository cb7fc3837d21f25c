export { NotFoundPage as WizardPage } from '../not-found/NotFoundPage';
