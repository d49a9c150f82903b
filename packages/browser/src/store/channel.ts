/** Where all tabs hear each other. */
export interface Channel<Message> {
  tell(message: Message): void;
  close(): void;
}

/** What a tab tells is heard by all others under that name, and not by itself. */
export function channel<Message>(name: string, hear: (message: Message) => void): Channel<Message> {
  const open: BroadcastChannel & { unref?(): void } = new BroadcastChannel(name);
  // On a server, where a page is rendered, it would keep the process alive.
  open.unref?.();
  open.onmessage = ({ data }) => hear(data);
  return {
    tell: (message) => open.postMessage(message),
    close: () => open.close(),
  };
}
