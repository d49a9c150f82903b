// All that runs in the browser. Without it every page works; it only cannot know what happens after it was made.

import "./fill-in.ts";
import "./live.ts";
import "./sign-out.ts";
import "./stay.ts";
import "./stream.ts";
import "./draft-form.ts";
