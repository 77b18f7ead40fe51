import { formNumber } from '../paper/form-number.ts';
import { paperForm } from '../peripherals/printer/paper-form.ts';
import type { DocumentOutcome, PrinterFamily } from '../peripherals/printer/printer-family.ts';
import type { Service } from '../service.ts';

export interface PrintedForm {
  /** Its number, given whether or not it was printed. */
  form: string;
  outcome: DocumentOutcome;
}

/**
 * Prints one blank form with a number of its own. The number is the sequence number of the record that says so, thus it
 * was never given before, also after a crash; a form that was not printed leaves its number unused.
 * @throws the ledger's error: no number was given and nothing is printed
 */
export async function printPaperForm(
  printer: Pick<PrinterFamily, 'print'>,
  { window, provisioned }: Service,
  fingerprint: string,
): Promise<PrintedForm> {
  const { hall, number } = provisioned.document.window;
  const [record] = window.keep([{ type: 'paper_form_issued', detail: { window: number } }], {});
  const form = formNumber(number, fingerprint, record!.seq);
  const outcome = await printer.print((lineDots) => paperForm({ form, hall, window: number }, lineDots));
  return { form, outcome };
}
