// SPDX-License-Identifier: MIT
// Runs in speedscope's page before its program: what it complains of, and the
// profiles that it has made, in the file that it would save at Ctrl-S.
const said = [];
console.warn = console.error = (...words) => said.push(words.join(" "));
window.onerror = (message) => said.push(message);

URL.createObjectURL = (blob) => {
	clearInterval(keys);
	blob.text().then((text) => fetch("/answer", {
		method: "POST",
		body: JSON.stringify({ said, ...JSON.parse(text) }),
	}));
	return "data:,";
};
// Nothing happens at this key as long as no trace is shown.
const keys = setInterval(() => window.dispatchEvent(
	new KeyboardEvent("keydown", { key: "s", ctrlKey: true })), 100);
