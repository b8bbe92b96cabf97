// allauth's script tells on the document what went wrong with a passkey; say it on the page.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const said = document.getElementById("passkey-failed");
  if (said) said.hidden = false;
});
