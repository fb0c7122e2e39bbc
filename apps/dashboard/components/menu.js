// The menu without a reload: a page is opened as the browser's own forward button does, sections open and close.
(() => {
  if (window.datawerkplaatsMenu) { window.datawerkplaatsMenu(); return; }
  let opened = false;
  const menu = () => document.querySelector('.dw-menu');
  const buttons = () => [...(menu()?.querySelectorAll('button') ?? [])];
  const close = except => buttons().forEach(button => button !== except && button.setAttribute('aria-expanded', 'false'));
  const visible = element => element && element.offsetParent !== null;

  document.addEventListener('click', event => {
    if (event.target.closest?.('[data-dw="print"]')) print();
    const button = event.target.closest?.('.dw-menu button'), link = event.target.closest?.('.dw-menu a');
    close(button);
    if (button) {
      button.setAttribute('aria-expanded', String(button.getAttribute('aria-expanded') !== 'true'));
    } else if (link && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)) {
      event.preventDefault();
      opened = true;
      history.pushState({}, '', link.href);
      dispatchEvent(new PopStateEvent('popstate'));
      document.querySelector('[data-testid=stMain]')?.scrollTo(0, 0);
    }
  });
  document.addEventListener('keydown', event => {
    const open = buttons().find(button => button.getAttribute('aria-expanded') === 'true');
    if (event.key !== 'Escape' || !open) return;
    close();
    open.focus();
  });
  document.addEventListener('focusout', event => {
    if (menu()?.contains(event.target) && event.relatedTarget && !menu().contains(event.relatedTarget)) close();
  });
  // The menu is drawn anew with the page: who came by keyboard goes on from where he was.
  window.datawerkplaatsMenu = () => {
    if (!opened || !menu()) return;
    opened = false;
    const current = menu().querySelector('[aria-current]');
    [current, ...buttons().filter(button => button.nextElementSibling?.contains(current))].find(visible)?.focus();
  };
})();
