/** Whether the chat is plain lines, printed once: for screen readers, and for terminals that can do nothing else. */
import type { ChatPreferences, ChatWorld } from './world.ts';

export function isLinear({
  preferences,
  env,
  platform,
}: Pick<ChatWorld, 'env' | 'platform'> & { preferences: Pick<ChatPreferences, 'screenReader'> }): boolean {
  const term = env.TERM ?? '';
  // What cannot move its cursor is no matter of taste. Windows has no such variable.
  if (term === 'dumb' || (term === '' && platform !== 'win32')) return true;
  return preferences.screenReader ?? HINTS.some((name) => isOn(env[name]));
}

/** With these a person says so to other programs of the terminal. */
const HINTS = ['ACCESSIBLE', 'INK_SCREEN_READER'];

function isOn(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false', 'no', 'off'].includes(value.toLowerCase());
}
