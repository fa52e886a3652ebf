// What the test asks a browser about a report: frame is the page, the answer
// is an object of words.
async function look(frame) {
	const win = frame.contentWindow, doc = frame.contentDocument, $ = s => doc.querySelector(s);
	const settle = () => new Promise(r => setTimeout(r, 300));
	const visible = () => [...doc.querySelectorAll(".chunk .row")].filter(r => !r.hidden);
	const out = { script: doc.documentElement.className, dark: win.matchMedia("(prefers-color-scheme: dark)").matches };
	out.all = $("#n").textContent;
	out.tooWide = [...doc.querySelectorAll("body *")].filter(e => !e.closest("pre,.vh,.skip,svg") && e.getBoundingClientRect().right > win.innerWidth + 1)
		.map(e => e.tagName + "." + e.className).slice(0, 3);

	out.spilling = [...doc.querySelectorAll(".row > *, td, th")].filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0).map(e => e.textContent).slice(0, 3);

	for (const d of doc.querySelectorAll("details")) d.open = true;
	for (const c of doc.querySelectorAll(".chunk")) c.style.contentVisibility = "visible";
	await settle();
	out.faint = faint(doc, win);
	out.nameless = [...doc.querySelectorAll("a,button,input,select,summary,svg[role=img]")]
		.filter(e => !(e.textContent.trim() || e.getAttribute("aria-label") || e.labels?.length)).map(e => e.outerHTML.slice(0, 80));
	const ids = [...doc.querySelectorAll("[id]")].map(e => e.id);
	out.twice = ids.filter((id, i) => ids.indexOf(id) !== i);
	out.nowhere = [...doc.querySelectorAll("a[href^='#']")].map(a => a.getAttribute("href").slice(1)).filter(id => !doc.getElementById(id));
	for (const d of doc.querySelectorAll("details")) d.open = false;

	const severity = $("#s"), search = $("#q");
	severity.value = "CRITICAL";
	severity.dispatchEvent(new win.Event("change"));
	out.critical = $("#n").textContent;
	out.onlyCritical = visible().every(r => r.dataset.s === "CRITICAL");
	severity.value = "";
	severity.dispatchEvent(new win.Event("change"));
	search.value = "BUCKET versioning";
	search.dispatchEvent(new win.Event("input"));
	await settle();
	out.found = $("#n").textContent;
	search.value = "";
	search.dispatchEvent(new win.Event("input"));
	await settle();

	const byResource = $(".head button[data-k='2']"), names = () => visible().map(r => r.children[2].textContent);
	byResource.click();
	const up = names();
	out.ascending = byResource.parentNode.getAttribute("aria-sort");
	byResource.click();
	out.descending = byResource.parentNode.getAttribute("aria-sort");
	out.turned = up.length > 1 && up[0] === names().at(-1) && up[0] !== up.at(-1);

	const link = $(".chunk a");
	link.click();
	await settle();
	out.opened = !!doc.getElementById(link.getAttribute("href").slice(1)).closest("details").open;
	return out;
}

// faint are texts whose contrast is below what WCAG 2.2 asks for at level AA.
function faint(doc, win) {
	const parse = c => c.match(/[\d.]+/g).map(Number);
	const luminance = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
		.reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
	const ground = e => {
		for (; e; e = e.parentElement) {
			const c = parse(win.getComputedStyle(e).backgroundColor);
			if (c.length < 4 || c[3] > 0) return c;
		}
		return [255, 255, 255];
	};
	const found = new Set();
	for (const e of doc.querySelectorAll("body *")) {
		if (e.closest("script,.vh,.skip") || ![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
		const [a, b] = [luminance(parse(win.getComputedStyle(e).color)), luminance(ground(e))].sort((x, y) => y - x);
		const ratio = (a + 0.05) / (b + 0.05);
		if (ratio < 4.5) found.add(`${e.tagName}.${e.className} ${ratio.toFixed(2)}`);
	}
	return [...found];
}
