/* The SQL editor: colours what is typed, sends it with Shift-Enter and lays it out by a button.
   Without this file there is a plain text field, which does the same but for the colours. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const button = document.getElementById("sql-format");
  const typed = document.getElementById("sql-editor");
  const shown = document.getElementById("sql-query");

  if (typed) {
    const editor = CodeMirror.fromTextArea(typed, {
      lineNumbers: true,
      lineWrapping: true,
      mode: "text/x-sql",
      extraKeys: { "Shift-Enter": () => typed.form.requestSubmit(), Tab: false },
    });
    editor.getInputField().setAttribute("aria-label", "SQL");
    new ResizeObserver(() => editor.refresh()).observe(editor.getWrapperElement());
    layOut(() => editor.getValue(), (text) => editor.setValue(text));
  } else if (shown && sqlFormatter.format(shown.textContent) !== shown.textContent) {
    layOut(() => shown.textContent, (text) => { shown.textContent = text; });
  }

  function layOut(read, write) {
    if (button) {
      button.hidden = false;
      button.addEventListener("click", () => write(sqlFormatter.format(read())));
    }
  }
});
