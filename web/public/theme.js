// The chosen theme, before anything is painted. Not a module, since those wait.
try {
  var theme = localStorage.getItem("hnet.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Without storage the system decides.
}
