/** Checkout's script as a page includes it: `new Razorpay(options).open()`, over an iframe of the simulator. */
export const checkoutScript = (origin: string): string => `
globalThis.Razorpay = class {
  #options; #listeners = {};
  constructor(options) {
    if (!options.key) throw new Error("key is mandatory");
    if (!options.order_id && !options.subscription_id) throw new Error("order_id or subscription_id is mandatory here");
    this.#options = options;
  }
  on(event, listener) { this.#listeners[event] = listener; }
  open() {
    const { order_id, subscription_id, handler, modal } = this.#options;
    const frame = document.createElement("iframe");
    frame.title = "Razorpay Checkout";
    frame.src = ${JSON.stringify(origin)} + "/checkout/" + (subscription_id ?? order_id);
    Object.assign(frame.style, { position: "fixed", inset: 0, width: "100%", height: "100%", border: 0, zIndex: 10000 });
    const close = () => { frame.remove(); removeEventListener("message", hear); };
    const hear = ({ source, data }) => {
      if (source !== frame.contentWindow || !data?.razorpay) return;
      const { paid, failed, dismissed } = data.razorpay;
      if (paid) { close(); handler?.(paid); }
      if (failed) this.#listeners["payment.failed"]?.(failed);
      if (dismissed) { close(); modal?.ondismiss?.(); }
    };
    addEventListener("message", hear);
    document.body.append(frame);
    frame.focus();
  }
};
`;
