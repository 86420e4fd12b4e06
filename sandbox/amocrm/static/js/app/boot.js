/* What the server put into the page. */
define([], function () {
  return JSON.parse(document.getElementById('boot').textContent);
});
