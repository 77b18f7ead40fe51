/**
 * The rating page of trial mode, for a phone or the frame of a window's screen. Text in the code, not files beside it: the
 * centre also runs bundled, where it has no folder of its own.
 */
export const RATING_PAGE_HTML = `<!doctype html>
<html lang="zh-CN">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>服务评价</title>
    <link rel="stylesheet" href="/rate/page.css" />
    <script type="module" src="/rate/page.js"></script>
  </head>
  <body>
    <h1>请您对本次服务作出评价</h1>
    <div id="grades"></div>
    <p id="status" role="status"></p>
  </body>
</html>
`;

export const RATING_PAGE_CSS = `body {
  display: grid;
  gap: 1.5rem;
  margin: 0;
  padding: 1.5rem;
  font: 1.25rem sans-serif;
  text-align: center;
}
/* All five in one row or in one column: in rows of four and one the worst grade stood alone, on 7 inches below the fold. */
#grades {
  display: grid;
  grid-template-columns: repeat(5, minmax(0, 1fr));
  gap: 1rem;
}
button {
  min-height: 7.5rem;
  padding: 0.5rem;
  border: 2px solid #345;
  border-radius: 0.5rem;
  background: white;
  font: inherit;
}
@media (max-width: 37rem) {
  #grades {
    grid-template-columns: 1fr;
  }
  button {
    min-height: 4.5rem;
  }
}
`;

export const RATING_PAGE_SCRIPT = `/*
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
  status.textContent = response.ok ? '感谢您的评价' : '没有完成：' + answer.message;
}

/** Without a token it is the static code of a window: no case, so nothing that could be counted (一事一评). */
if (token === '') {
  document.querySelector('h1').textContent = '窗口固定码';
  status.textContent = '固定码不对应具体办件。请在窗口的评价屏上评价，或扫描屏上本次办件的二维码。';
} else LABELS.forEach((label, index) => {
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
`;
