/** The least that a Node process can do: wait, with a timer each second. */
setInterval(() => undefined, 1000);
process.send?.({});
process.on('disconnect', () => process.exit(0));
