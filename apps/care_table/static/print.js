// The one thing a page cannot do by itself.
for (const button of document.querySelectorAll("button.print")) button.addEventListener("click", () => window.print());
