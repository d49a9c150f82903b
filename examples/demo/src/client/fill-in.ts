import { find } from "./page-parts.ts";

/** The buttons of the login page that fill in a demo user's name and password. */
for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-user]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    find<HTMLInputElement>("user").value = button.dataset.user ?? "";
    find<HTMLInputElement>("password").value = button.dataset.password ?? "";
  });
}
