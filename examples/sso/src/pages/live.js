// All that runs in the browser: tells an open page that its session is over.
const events = new EventSource("/events");
const tell = () => {
  events.close();
  document.querySelector("dialog").showModal();
};
events.addEventListener("ended", tell);
// Refused, as who is signed in no more; whoever is cut off only comes again by itself.
events.addEventListener("error", () => events.readyState === EventSource.CLOSED && tell());
// Who signs out here need not be told.
document.addEventListener("submit", () => events.close());
