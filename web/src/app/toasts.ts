/** What was just done, with a way back. One list for the whole app, so that it outlives the page that did it. */
import type { ReactNode } from 'react';
import { createStore } from '../base/store.ts';

export interface Toast {
  readonly id: number;
  readonly text: ReactNode;
  /** An error stays until it is dismissed; anything else goes by itself. */
  readonly error?: { readonly error: unknown; readonly tried: string };
  readonly undo?: () => void | Promise<void>;
}

/** As long as the way back is offered. */
export const TOAST_MS = 10_000;
/** More would cover the page; the oldest go first. */
const MAX_TOASTS = 4;

export const toasts = createStore<readonly Toast[]>([]);
let last = 0;

export function showToast(toast: Omit<Toast, 'id'>): void {
  last += 1;
  const id = last;
  toasts.set((shown) => [...shown, { ...toast, id }].slice(-MAX_TOASTS));
}

/** `tried` as in "Rename “plan.pdf”". */
export function showError(tried: string, error: unknown): void {
  showToast({ text: '', error: { tried, error } });
}

export function dismissToast(id: number): void {
  toasts.set((shown) => shown.filter((toast) => toast.id !== id));
}
