/** Whether this page is on its way to another one, and shows no more of what happens. */
export const leaving = { is: false };

export function leaveFor(url: string): void {
  leaving.is = true;
  location.assign(url);
}
