// All that runs in the browser: tells an open page that its session is over.
const events = new EventSource("/events");
events.addEventListener("ended", () => {
  events.close();
  document.querySelector("dialog").showModal();
});
// Who signs out here need not be told.
document.addEventListener("submit", () => events.close());
