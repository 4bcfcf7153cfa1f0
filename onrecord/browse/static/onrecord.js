/* Loaded by every page, which needs none of it: it closes menus, and tells Datasette's table.js
   whether the site allows facets. */
"use strict";

window.DATASETTE_ALLOW_FACET = document.currentScript.dataset.allowFacet !== "false";

document.addEventListener("click", (event) => {
  for (const opened of document.querySelectorAll("details.nav-menu[open], details.actions-menu-links[open]")) {
    if (!opened.contains(event.target)) {
      opened.open = false;
    }
  }
});
