/** What was just done, with a way back. One list for the whole app, so that it outlives the page that did it. */
import type { ReactNode } from 'react';
import { ApiError, hasCode, unreachable } from '../base/requests/problem.ts';
import { createStore } from '../base/store.ts';

export interface Toast {
  readonly id: number;
  readonly text: ReactNode;
  /** An error stays until it is dismissed; anything else goes by itself. */
  readonly error?: { readonly error: unknown; readonly tried: string };
  readonly undo?: () => void | Promise<void>;
  /** Something still goes on; whoever began it takes the note away. */
  readonly stays?: true;
}

/** As long as the way back is offered. */
export const TOAST_MS = 10_000;
/** More would cover the page; the oldest go first. */
const MAX_TOASTS = 4;

export const toasts = createStore<readonly Toast[]>([]);
let last = 0;

/** Answers its id, under which it can be changed as long as it is shown. */
export function showToast(toast: Omit<Toast, 'id'>): number {
  last += 1;
  const id = last;
  toasts.set((shown) => [...shown, { ...toast, id }].slice(-MAX_TOASTS));
  return id;
}

export function changeToast(id: number, text: ReactNode): void {
  toasts.set((shown) => shown.map((toast) => (toast.id === id ? { ...toast, text } : toast)));
}

/** `tried` as in "Rename “plan.pdf”". A note is no form: nothing that was typed stands in it. */
export function showError(tried: string, error: unknown): void {
  const isUnanswered = hasCode(error, unreachable.code);
  showToast({ text: '', error: { tried, error: isUnanswered ? new ApiError(unreachable) : error } });
}

export function dismissToast(id: number): void {
  toasts.set((shown) => shown.filter((toast) => toast.id !== id));
}
