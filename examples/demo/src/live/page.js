// All that runs in the browser. Without it every page works; who is signed out elsewhere sees it at the next click.

const { session } = document.body.dataset;
let events;

/** One stream a page that is looked at: a browser has six connections for a server, and a hidden tab needs none. */
function follow() {
  events?.close();
  events = undefined;
  if (session === undefined || document.hidden) return;
  events = new EventSource(`/events?session=${session}`);
  events.addEventListener("ended", tell);
}

function tell() {
  events.close();
  const dialog = document.getElementById("ended");
  const login = dialog.querySelector("a").href;
  dialog.addEventListener("close", () => location.assign(login));
  dialog.showModal();
  setTimeout(() => location.assign(login), 4000);
}

follow();
document.addEventListener("visibilitychange", follow);
// Who logs out here need not be told.
document.addEventListener("submit", () => events?.close());
// A page that comes out of the back-forward cache is as old as it was.
addEventListener("pageshow", (event) => event.persisted && follow());

for (const button of document.querySelectorAll("button[data-user]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    document.getElementById("user").value = button.dataset.user;
    document.getElementById("password").value = button.dataset.password;
  });
}
