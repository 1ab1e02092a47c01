// The one place that imports tsyringe: it throws unless reflect-metadata is loaded before it.
import 'reflect-metadata';

export { container, type DependencyContainer, type InjectionToken, inject, injectAll, injectable } from 'tsyringe';
