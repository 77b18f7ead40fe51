/*
 * The rating page of trial mode, on a phone or in the frame of a window's screen. In a frame it tells the window around
 * it once a second that it answers, and when a citizen has touched it; never what was chosen.
 */
const LABELS = ['非常满意', '满意', '基本满意', '不满意', '非常不满意'];
const status = document.querySelector('#status');
const token = new URLSearchParams(location.hash.slice(1)).get('t') ?? '';
const tell = (state) => parent !== window && parent.postMessage({ ratingPage: state }, '*');

async function rate(level) {
  tell('input');
  const response = await fetch('/rate', { method: 'POST', body: JSON.stringify({ token, level }) });
  const answer = await response.json();
  status.textContent = response.ok ? '感谢您的评价' : `没有完成：${answer.message}`;
}

LABELS.forEach((label, index) => {
  const button = document.createElement('button');
  button.textContent = label;
  button.addEventListener('click', () => void rate(5 - index));
  document.querySelector('#grades').append(button);
});
addEventListener('pointerdown', () => tell('input'));
tell('alive');
setInterval(() => tell('alive'), 1000);

/** A page that went over to somebody else: it tries what a frame must not be able to do. */
if (new URLSearchParams(location.search).get('behave') === 'escape') {
  const tries = [
    () => (parent.document.title = 'taken'),
    () => (top.location.href = 'about:blank'),
    () => open('about:blank'),
    () => alert('taken'),
  ];
  for (const attempt of tries) {
    try {
      attempt();
    } catch {
      // The frame held.
    }
  }
}
